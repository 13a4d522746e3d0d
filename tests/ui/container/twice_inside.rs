use portcullis::protected;

#[protected]
mod posts {
    use portcullis::authorized;

    #[authorized(role = "admin")]
    #[authorized(role = "editor")]
    pub(super) async fn list() {}
}

fn main() {
    let _ = posts::list;
}
