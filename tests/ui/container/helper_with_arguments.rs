use portcullis::protected;

#[protected]
mod posts {
    use portcullis::helper;

    #[helper(load)]
    pub(super) async fn load() {}
}

fn main() {
    let _ = posts::load;
}
