import { app } from "../../vite.shared.ts";

export default app("pane", ["pane.html", "commands.html"]);
