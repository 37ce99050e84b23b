import { Injectable } from '@angular/core';
import type { Request } from './request';

export type Id = string | number;
type Handlers<T extends object = {}> = {
  [K in keyof T]: (value: T[K]) => void;
};

/** Where a user lives. */
export interface Address extends Base<string> {
  readonly street: string;
  zip?: number;
  format(style: 'short' | 'long'): string;
  new (street: string): Address;
}

export enum Color {
  Red = 'red',
  Green = 'green',
  Blue,
}

declare const enum Flag { A = 1, B = 2 }

/** Finds users. Caches them. */
@Injectable({ providedIn: 'root' })
export abstract class UserService<T extends User> implements Finder<T>, OnInit {
  private readonly cache = new Map<Id, T>();
  @Input() name!: string;
  static instances: number = 0;
  protected handler = async (event: Event): Promise<void> => {};

  constructor(
    private readonly http: HttpClient,
    @Inject(TOKEN) public token: string,
  ) {}

  get count(): number {
    return this.cache.size;
  }

  /** Finds one user by id. */
  @Memoize()
  async find(id: Id): Promise<T | undefined> {
    const user = await this.http.get<T>(`/users/${id}`);
    return user;
  }

  protected abstract validate(user: T): user is T;
}

export function parse(text: string): Request;
export function parse(text: Buffer, encoding?: string): Request;
export function parse(text: any, encoding = 'utf8'): Request {
  return { text };
}

export const createStore = <S, A>(reducer: (state: S, action: A) => S, initial: S) => {
  let state = initial;
  return { get: () => state };
};

const DEFAULTS: Readonly<Options> = { retries: 3 };

export namespace Shapes {
  export const PI = 3.14;
  export function area(radius: number): number {
    return PI * radius ** 2;
  }
}

declare module 'express' {
  interface Request {
    user?: User;
  }
}

declare global {
  interface Window {
    app: unknown;
  }
}

declare function ambient(name: string): void;

export default class extends UserService<User> {}
