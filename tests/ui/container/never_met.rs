use portcullis::authorized;

#[authorized(role = "admin")]
mod posts {
    use portcullis::authorized;

    #[authorized(role = "editor", not(role = "admin"))]
    pub(super) async fn list() {}
}

fn main() {
    let _ = posts::list;
}
