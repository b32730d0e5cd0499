#![cfg_attr(fuzzing, no_main)]
sealpost_fuzz::target!(logo_svg);
