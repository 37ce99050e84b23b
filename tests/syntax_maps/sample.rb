# frozen_string_literal: true

require 'json'

module Shop
  # The most items of an order.
  MAX_ITEMS = 100
  Line = Struct.new(:name, :count)

  # Takes orders.
  class OrderService < BaseService
    include Comparable
    attr_reader :orders, :limit
    attr_accessor :name

    has_many :lines
    scope :open, -> { where(open: true) }
    delegate :size, to: :orders

    class Error < StandardError; end

    # Makes a service.
    def initialize(limit: MAX_ITEMS, **options)
      @limit = limit
      helper = lambda { |x| x }
    end

    # Places an order.
    def place!(order, *rest, retries: 3, &block)
      yield order if block_given?
    end

    def <=>(other)
      limit <=> other.limit
    end

    def self.build(...)
      new(...)
    end

    def count = orders.size

    alias_method :size, :count
    alias length count

    class << self
      def default
        @default ||= new
      end
    end

    private

    def secret?
      true
    end

    protected def guarded; end
  end

  module_function

  def version
    '1.0'
  end
end

namespace :db do
  desc 'Create the tables'
  task :create, [:name] => :environment do |task, args|
    puts args
  end
end

RSpec.describe Shop::OrderService do
  context 'with no orders' do
    it 'is empty' do
      expect(true).to be(true)
    end
  end
end
