#![cfg_attr(fuzzing, no_main)]
sealpost_fuzz::target!(private_key_at_rest);
