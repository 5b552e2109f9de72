// What a script adds to pages that are complete without one: they follow what changes, they can be
// worked from the keyboard, and words that were typed are not lost when the connection is.

import { keepDrafts } from "./drafts.js";
import { checkWhileTyping } from "./editor.js";
import { listenToKeys } from "./keys.js";
import { followChanges } from "./live.js";

keepDrafts();
listenToKeys();
followChanges();
checkWhileTyping();
