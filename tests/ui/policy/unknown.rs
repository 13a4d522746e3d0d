use portcullis::authorized;

#[authorized(policy = owns_post)]
async fn edit() {}

fn main() {
    let _ = edit;
}
