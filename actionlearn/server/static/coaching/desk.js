/** The coach's desk, by keyboard. */

import "../shared/keyboard.js";
