use portcullis::protected;

#[protected]
mod posts {
    use portcullis::public;

    #[public(reason = "help")]
    pub(super) async fn help() {}
}

fn main() {
    let _ = posts::help;
}
