/** A review: read by keyboard, comments on its passages, what the coach writes in the margins. */

import "../../../widgets/js/prompt.js";
import "../shared/keyboard.js";
import "./quotes.js";
import "./threads.js";
import "./mark_read.js";
import { declareReady } from "../shared/script_ready.js";

declareReady();
