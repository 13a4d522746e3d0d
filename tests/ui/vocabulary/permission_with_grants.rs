use portcullis::Permissions;

#[derive(Permissions)]
enum Permission {
    #[permission(grants("post:read"))]
    Write,
}

fn main() {}
