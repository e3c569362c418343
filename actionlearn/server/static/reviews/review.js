/** A review: read by keyboard, comments on its passages, what the coach writes in the margins. */

import "./prompt.js";
import "./keys.js";
import "./quoting.js";
import "./talking.js";
import "./opened.js";
