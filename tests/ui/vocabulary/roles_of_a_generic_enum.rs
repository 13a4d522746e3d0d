use portcullis::Roles;

#[derive(Roles)]
enum Role<T> {
    Admin(T),
}

fn main() {}
