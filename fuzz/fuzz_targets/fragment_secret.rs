#![cfg_attr(fuzzing, no_main)]
sealpost_fuzz::target!(fragment_secret);
