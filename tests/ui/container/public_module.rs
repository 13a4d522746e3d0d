use portcullis::public;

#[public(reason = "help")]
mod posts {
    pub(super) async fn list() {}
}

fn main() {
    let _ = posts::list;
}
