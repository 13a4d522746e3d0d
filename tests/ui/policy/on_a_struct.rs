use portcullis::policy;

#[policy]
struct Posts;

fn main() {
    let _ = Posts;
}
