console.log("an example");
