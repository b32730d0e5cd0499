#![cfg_attr(fuzzing, no_main)]
sealpost_fuzz::target!(sealed_to_key);
