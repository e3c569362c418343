// All a workbook's page runs. Prompts first: what is typed while the rest starts is kept.

import "./prompt.js";
import "./weeks.js";
import "./steps.js";
import "./share.js";
import "./page.js";
import "./meeting.js";
import "./push.js";
import "./views.js";
import "./pasting.js";
import "./history.js";
import "./asking.js";
import "./asking_coach.js";
