/** The parts of the page that are chunks of their own, and come when they are seen. */
import { lazy } from 'react'

export const RunBar = lazy(() => import('../runbar/RunBar'))
export const LogPane = lazy(() => import('../log/LogPane'))
export const PreviewPane = lazy(() => import('../preview/PreviewPane'))
export const PublishButton = lazy(() => import('../services/PublishButton'))
export const HistoryPane = lazy(() => import('../runs/HistoryPane'))
export const ScriptField = lazy(() => import('../editor/ScriptField'))
