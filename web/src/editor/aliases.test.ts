import { describe, expect, it } from 'vitest'

import { aliases } from './aliases'

const of = (text: string, name = 'df') => aliases(text, ['dataframe1', 'dataframe2']).get(name)

describe('aliases', () => {
  it.each([
    'df = dataframe1',
    '    df = dataframe1.copy()  # to change it',
    'df = dataframe1.dropna(subset=["a"]).reset_index(drop=True)',
    'df = dataframe1[dataframe1["a"] > 2]',
    'df = dataframe1[["a", "b"]]',
    'df = dataframe1.loc[:, ["a", "b"]]',
    'df = dataframe1[dataframe1.a.notnull()]',
    'df = pd.DataFrame(dataframe1)',
    'df = dataframe1.rename(columns={',
    'data = dataframe1.sort("a")\ndf = data.head(5)',
  ])('knows the frame in %j', (text) => expect(of(text)).toBe('dataframe1'))

  it.each([
    'df = dataframe1["a"]',
    'df = dataframe1.loc[0, "a"]',
    'df = dataframe1.copy()["a"]',
    'df = dataframe1.groupby("a").sum()',
    'df = other',
    'df == dataframe1',
    'df = dataframe1.shape',
    'df = dataframe1\ndf = 3',
    'df = (',
    'df = dataframe1[',
  ])('knows none in %j', (text) => expect(of(text)).toBeUndefined())

  it('leaves the parameters what they are', () => expect(of('dataframe1 = dataframe2', 'dataframe1')).toBe('dataframe1'))
})
