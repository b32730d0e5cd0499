#![cfg_attr(fuzzing, no_main)]
sealpost_fuzz::target!(recovery_key_file);
