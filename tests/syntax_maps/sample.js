#!/usr/bin/env node
'use strict';

const fs = require('fs');
import path from 'node:path';

/** How many times to try. */
const MAX_TRIES = 3;
let counter = 0, total;
export const { first, second } = load();

/**
 * Sends a message to the server.
 * @param {string} text
 */
export async function send(text, { retries = MAX_TRIES, signal } = {}) {
  function inner() {
    return text;
  }
  return inner();
}

export default function* walk(tree) {
  yield tree;
}

const add = (a, b) => a + b;
export const slow = async function (input) {
  const local = 1;
  return local;
};

const Button = React.memo(({ label, onClick }) => {
  return <button onClick={onClick}>{label}</button>;
});

/** A queue that forgets. */
class Queue extends EventEmitter {
  static #count = 0;
  items = [];
  #secret;

  constructor(limit) {
    super();
    this.limit = limit;
  }

  get size() {
    return this.items.length;
  }

  set size(value) {}

  static of(...items) {
    return new Queue(items.length);
  }

  async *drain() {
    yield* this.items;
  }

  #hidden() {}
  handle = (event) => {
    this.items.push(event);
  };
}

const api = {
  base: '/api/v1',
  get(url) {
    return fetch(url);
  },
  post: async function (url, body) {
    return fetch(url, { method: 'POST', body });
  },
  nested: {
    remove: (id) => id,
  },
};

Queue.prototype.clear = function () {
  this.items = [];
};

module.exports = { send, add };
module.exports.version = '1.0';

(function () {
  function hidden() {
    return 1;
  }
  window.start = function (element) {
    return hidden();
  };
})();
