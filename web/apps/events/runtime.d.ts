/** What Outlook's runtime has beside ECMAScript 2016, as far as it is used; there is no document. */
declare function setTimeout(then: () => void, ms: number): number;
declare function clearTimeout(timer: number): void;
