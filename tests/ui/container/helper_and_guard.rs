use portcullis::protected;

#[protected]
mod posts {
    use portcullis::{authorized, helper};

    #[helper]
    #[authorized(role = "admin")]
    pub(super) async fn load() {}
}

fn main() {
    let _ = posts::load;
}
