use portcullis::protected;

#[protected]
mod site {
    pub(super) mod posts;
}

fn main() {
    let _ = site::posts::list;
}
