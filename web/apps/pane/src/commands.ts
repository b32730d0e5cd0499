/** The functions of the buttons in Outlook's ribbon. */
import { officeHere } from "./office/ready.ts";

const actions = officeHere()?.actions;
actions?.associate?.("secureFile", (event) => event.completed());
actions?.associate?.("requestUpload", (event) => event.completed());
