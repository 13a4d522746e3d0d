use portcullis::{Auth, Router, authorized, routing::get};

struct Api;

#[authorized(rol = "admin")]
impl Api {
    async fn list(&self) {}

    #[authorized(role = "")]
    async fn edit() {}

    async fn show() {}
}

fn main() {
    let _ = Api::list;
    let _: Router<Auth> = Router::new().route("/", get(Api::edit).post(Api::show));
}
