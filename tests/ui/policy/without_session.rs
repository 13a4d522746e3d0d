use portcullis::policy;

#[policy]
async fn owns_post() -> bool {
    true
}

fn main() {
    let _ = owns_post;
}
