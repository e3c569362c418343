/** The coach's desk, by keyboard. */

import "./keys.js";
