import { app } from "../../vite.shared.ts";

export default app("pages", ["index.html", "delivery.html"]);
