pub(crate) mod kubernetes;
