/** The confusion matrix of many classes. */

/** What share of its line each count is; nothing of a class without rows. */
export function sharesOf(confusion: readonly (readonly number[])[]): number[][] {
  return confusion.map((line) => {
    const all = line.reduce((sum, each) => sum + each, 0)
    return line.map((each) => (all ? each / all : 0))
  })
}
