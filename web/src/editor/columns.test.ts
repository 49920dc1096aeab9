import { describe, expect, it } from 'vitest'

import { columnPlace, columnsAt, parametersOf, quoted } from './columns'

const frameAt = (text: string) => columnPlace(text)?.frame
const FRAMES = [
  { parameter: 'dataframe1', columns: [{ name: 'age', type: 'Double' }, { name: 'full name', type: 'String' }] },
  { parameter: 'dataframe2', columns: [{ name: 'age', type: 'Integer' }, { name: 'city', type: 'String' }] },
]

describe('columnPlace', () => {
  it.each([
    ['x = dataframe1["', 'dataframe1'],
    ["dataframe1[['a', 'b", 'dataframe1'],
    ['dataframe1.loc[rows > 2, "', 'dataframe1'],
    ['dataframe1.dropna().groupby("', 'dataframe1'],
    ['dataframe1.sort_values(by=["a", "', 'dataframe1'],
    ['dataframe1.rename(columns={"', 'dataframe1'],
    ['dataframe1.merge(dataframe2, on="', 'dataframe1'],
    ['print(dataframe1["', 'dataframe1'],
    ['dataframe1[dataframe2["', 'dataframe2'],
    ['left = dataframe1[\n    ["a",\n     "', 'dataframe1'],
    ['dataframe1[f(1)]["', 'dataframe1'],
    ['sns.lineplot(data=frame, x="', 'sns'],
    ['scatter(x="', null],
    ['dataframe1.loc[:, "', 'dataframe1'],
    ['dataframe1.loc[:, ["a", "', 'dataframe1'],
    ['dataframe1.at[0, "', 'dataframe1'],
    ['dataframe1.drop(columns=["', 'dataframe1'],
    ['dataframe1.drop(["', 'dataframe1'],
    ['dataframe1.set_index(keys="', 'dataframe1'],
    ['dataframe1[dataframe1.columns.difference(["', 'dataframe1'],
    ['pd.get_dummies(dataframe1, columns=["', 'pd'],
    ['dataframe1.merge(dataframe2, left_on="', 'dataframe1'],
    ['dataframe1.merge(dataframe2, left_on="a", right_on="', 'dataframe2'],
    ['pd.merge(dataframe1, right=dataframe2, right_on="', 'dataframe2'],
    // as old pandas had it
    ['dataframe1.ix[:, "', 'dataframe1'],
    ['dataframe1.ix[dataframe1["a"] > 2, "', 'dataframe1'],
    ['dataframe1.sort("', 'dataframe1'],
    ['dataframe1.sort(["', 'dataframe1'],
    ['dataframe1.sort_index(by=["', 'dataframe1'],
    ['dataframe1.as_matrix(columns=["', 'dataframe1'],
    ['dataframe1.pivot_table(rows="', 'dataframe1'],
  ])('finds %j', (text, frame) => {
    expect(frameAt(text)).toBe(frame)
    expect(columnPlace(text)?.from).toBe(text.length - (text.endsWith("'b") ? 1 : 0))
  })

  it.each([
    'x = "',
    'print("',
    'open("',
    'dataframe1.to_csv(path="',
    '# dataframe1["',
    'dataframe1["a"]',
    'dataframe1[f"',
    'dataframe1["a"].str.contains("',
    '',
  ])('finds none in %j', (text) => expect(columnPlace(text)).toBeNull())

  it('finds attributes of a name, not those of what comes of it', () => {
    expect(columnPlace('dataframe1.ag')).toEqual({ from: 11, quote: null, frame: 'dataframe1' })
    expect(columnPlace('dataframe1.age.me')).toBeNull()
    expect(columnPlace('f(1).me')).toBeNull()
    expect(columnPlace('1.me')).toBeNull()
  })

  it('takes long scripts from their end', () => {
    const text = `${'x = 1\n'.repeat(5000)}dataframe1["ag`
    expect(columnPlace(text)).toEqual({ from: text.length - 2, quote: '"', frame: 'dataframe1' })
  })
})

describe('columnsAt', () => {
  const names = (text: string) => columnsAt(columnPlace(text) ?? { from: 0, quote: '"', frame: null }, FRAMES).map(({ name }) => name)

  it('gives those of the parameter, else all once', () => {
    expect(names('dataframe2["')).toEqual(['age', 'city'])
    expect(names('other["')).toEqual(['age', 'full name', 'city'])
  })

  it('gives as attributes only what can be one, of parameters', () => {
    expect(names('dataframe1.')).toEqual(['age'])
    expect(names('other.')).toEqual([])
  })
})

describe('parametersOf', () => {
  it.each([
    ['def azureml_main(dataframe1=None, dataframe2=None):', ['dataframe1', 'dataframe2']],
    ['def azureml_main(\n  a: pd.DataFrame, # first, of two\n  b = None,\n):', ['a', 'b']],
    ['def other(a): pass', []],
    ['def azureml_main():', []],
  ])('reads %j', (script, names) => expect(parametersOf(script)).toEqual(names))
})

it('writes names so that Python reads them back', () => {
  expect(quoted('say "a"\\b', '"')).toBe('say \\"a\\"\\\\b')
  expect(quoted('say "a"', "'")).toBe('say "a"')
})
