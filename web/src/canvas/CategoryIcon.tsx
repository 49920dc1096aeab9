import { Box, Braces, Cable, ChartColumn, Database, FileType, FlaskConical, GraduationCap, type LucideIcon, Shuffle, SquareFunction, Target, Wand2 } from 'lucide-react'

/** By the beginning of a category's path; the longest that fits counts. */
const ICONS: readonly (readonly [string, LucideIcon])[] = [
  ['Saved Datasets', Database],
  ['Samples', FlaskConical],
  ['Trained Models', GraduationCap],
  ['Transforms', Wand2],
  ['Web Service', Cable],
  ['Data Format Conversions', FileType],
  ['Data Input and Output', Database],
  ['Data Transformation', Shuffle],
  ['Feature Selection', Target],
  ['Machine Learning/Evaluate', ChartColumn],
  ['Machine Learning/Score', Target],
  ['Machine Learning/Train', GraduationCap],
  ['Machine Learning', Box],
  ['Python Language Modules', Braces],
  ['R Language Modules', Braces],
  ['Statistical Functions', SquareFunction],
]

export function CategoryIcon({ category = '' }: { category?: string | undefined }) {
  const Icon = ICONS.find(([begin]) => category.startsWith(begin))?.[1] ?? Box
  return <Icon aria-hidden />
}
