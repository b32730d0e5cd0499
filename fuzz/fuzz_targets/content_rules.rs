#![cfg_attr(fuzzing, no_main)]
sealpost_fuzz::target!(content_rules);
