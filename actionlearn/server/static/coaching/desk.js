/** The coach's desk, by keyboard. */

import "../shared/keyboard.js";
import { declareReady } from "../shared/script_ready.js";

declareReady();
