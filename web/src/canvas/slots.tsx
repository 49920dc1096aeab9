/** The parts of the page that are chunks of their own, and come when they are seen. */
import { late } from '../app/late'

export const RunBar = late(() => import('../runbar/RunBar'))
export const LogPane = late(() => import('../log/LogPane'))
export const PreviewPane = late(() => import('../preview/PreviewPane'))
export const PublishButton = late(() => import('../services/PublishButton'))
export const HistoryPane = late(() => import('../runs/HistoryPane'))
export const ScriptField = late(() => import('../editor/ScriptField'))
