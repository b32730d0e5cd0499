#![cfg_attr(fuzzing, no_main)]
sealpost_fuzz::target!(sealed_upload);
