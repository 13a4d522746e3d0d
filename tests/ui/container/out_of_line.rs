use portcullis::protected;

#[protected]
#[path = "site/posts.rs"]
mod posts;

fn main() {
    let _ = posts::list;
}
