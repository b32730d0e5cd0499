/**
 * The functions of the buttons in Outlook's ribbon. A function cannot open the pane by itself: it shows a bar over the mail with a
 * button that does, and that says what it is for; where Outlook shows no such buttons, the bar says which one to press.
 */
import { command } from "./commands/command.ts";
import { officeHere } from "./office/ready.ts";

const office = officeHere();

/** In a function's name the manifest has it. */
office?.actions?.associate?.("secureFile", (event) => void command(office, "take_over", event));
office?.actions?.associate?.("requestUpload", (event) => void command(office, "request", event));
