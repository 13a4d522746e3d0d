use portcullis::protected;

macro_rules! handlers {
    () => {
        async fn list() {}
    };
}

struct Api;

#[protected]
impl Api {
    handlers!();
}

fn main() {
    let _ = Api::list;
}
