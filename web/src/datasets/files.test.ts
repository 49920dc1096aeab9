import { describe, expect, it } from 'vitest'

import { extensionOf, faultOf, LARGEST, nameOf } from './files'

describe('files as datasets', () => {
  it('takes the longer of two extensions that fit', () => {
    expect(extensionOf('People.NH.csv')).toBe('.nh.csv')
    expect(nameOf('People.nh.csv')).toBe('People')
    expect(nameOf('people.2024.parquet')).toBe('people.2024')
  })

  it('leaves a name that is nothing but an extension', () => {
    expect(nameOf('.csv')).toBe('.csv')
  })

  it('says why a file cannot be kept', () => {
    expect(faultOf({ name: 'a.docx', size: 5 })).toBe('format')
    expect(faultOf({ name: 'a.csv', size: 0 })).toBe('empty')
    expect(faultOf({ name: 'a.csv', size: LARGEST + 1 })).toBe('size')
    expect(faultOf({ name: 'a.csv', size: LARGEST })).toBeNull()
  })
})
