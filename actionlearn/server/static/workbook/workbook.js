// All a workbook's page runs. Prompts first: what is typed while the rest starts is kept.

import "../../../widgets/js/prompt.js";
import "./scheduled_sections.js";
import "./phone_steps.js";
import "./share.js";
import "./comments.js";
import "./preview.js";
import "./meeting.js";
import "./push.js";
import "./views.js";
import "./paste_rows.js";
import "./history.js";
import "./question_advice.js";
import "./ask_coach.js";
import { declareReady } from "../shared/script_ready.js";

declareReady();
