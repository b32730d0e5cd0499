import type { RenderedImage } from "@resvg/resvg-js";

export const DRAWN: Readonly<Record<string, readonly number[]>>;
export function source(name: string, size: number): string;
export function draw(name: string, size: number): RenderedImage;
