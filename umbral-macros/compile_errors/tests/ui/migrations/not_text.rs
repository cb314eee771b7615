umbral::migrations!(folder);

fn main() {}
