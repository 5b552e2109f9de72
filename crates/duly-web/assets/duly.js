// What a script adds to pages that are complete without one: they follow what changes, they can be
// worked from the keyboard, words that were typed are not lost when the connection is, and passkeys
// can be asked for, which browsers offer to scripts alone.

import { keepDrafts } from "./drafts.js";
import { checkWhileTyping } from "./editor.js";
import { takeFiles } from "./files.js";
import { listenToKeys } from "./keys.js";
import { followChanges } from "./live.js";
import { whenDrawn } from "./page.js";
import { offerPasskeys } from "./passkey.js";

listenToKeys();
followChanges();
whenDrawn((part) => {
  keepDrafts(part);
  takeFiles(part);
  offerPasskeys(part);
  checkWhileTyping(part);
});
