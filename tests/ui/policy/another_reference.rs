use portcullis::policy;

#[policy]
async fn owns_post(_: &String) -> bool {
    true
}

fn main() {
    let _ = owns_post;
}
